// Measures of a page of the book, as the tests ask for them. Every function gives a list of complaints; an empty one is a
// page that keeps its promise. The tests run this in the page, which knows nothing of it.
window.measure = (() => {
    const all = (selector, from = document) => [...from.querySelectorAll(selector)];
    const shown = element => element.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true, opacityProperty: true });
    const style = element => getComputedStyle(element);
    const name = element => {
        const of = element.id ? '#' + element.id : [...element.classList].map(word => '.' + word).join('');
        return `<${element.localName}${of}> ${JSON.stringify((element.textContent || '').trim().slice(0, 40))}`;
    };
    const unique = list => [...new Set(list)];
    const openAll = () => all('details').forEach(details => { details.open = true; });

    // Every text that is shown, with the element it stands in.
    function texts() {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
            const element = walker.currentNode.parentElement;
            if (walker.currentNode.data.trim() && !element.closest('script, style, noscript, template') && shown(element)) {
                found.push(element);
            }
        }
        return new Set(found);
    }

    // Colours as numbers, whatever way they are written.
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const known = new Map();
    function colour(text) {
        if (!known.has(text)) {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = text;
            canvas.fillRect(0, 0, 1, 1);
            const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
            known.set(text, { rgb: [red, green, blue], alpha: alpha / 255 });
        }
        return known.get(text);
    }
    const over = (upper, alpha, lower) => upper.map((part, index) => part * alpha + lower[index] * (1 - alpha));
    function luminance(rgb) {
        const [red, green, blue] = rgb.map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }
    function ratio(one, other) {
        const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    }
    // What lies behind an element. Paper is white, and browsers print no backgrounds on it.
    function background(element) {
        let behind = [255, 255, 255];
        if (matchMedia('print').matches) return behind;
        const chain = [];
        for (let at = element; at; at = at.parentElement) chain.unshift(at);
        for (const at of chain) {
            const { rgb, alpha } = colour(style(at).backgroundColor);
            behind = over(rgb, alpha, behind);
        }
        return behind;
    }
    function contrastOf(element, of = 'color') {
        const behind = background(of === 'color' ? element : element.parentElement);
        const { rgb, alpha } = colour(style(element)[of]);
        let opacity = alpha;
        for (let at = element; at; at = at.parentElement) opacity *= Number(style(at).opacity);
        return ratio(over(rgb, opacity, behind), behind);
    }

    const KINDS = {
        'code comment': '.hljs-comment', 'code': 'pre code', 'summary': 'summary', 'inline code': 'code', 'link': 'main a',
        'table': 'td, th', 'quotation': 'blockquote', 'text': 'main', 'menu': 'body',
    };
    const kind = element => Object.keys(KINDS).find(kind => element.closest(KINDS[kind]));

    // Columns of a terminal: none for what joins the letter before it, two for Chinese and its punctuation.
    const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
    const columns = line => [...line].reduce((sum, letter) => sum + (/\p{Mn}/u.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0);
    const listings = () => all('main pre > code').filter(shown);
    const linesOf = code => code.textContent.replace(/\n$/, '').split('\n');

    // The drawn width of each line of a listing.
    function* drawn(code) {
        const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
        const range = document.createRange();
        let line = '', started = false, last = null;
        while (walker.nextNode()) {
            const node = walker.currentNode;
            let from = 0;
            for (;;) {
                const end = node.data.indexOf('\n', from);
                const to = end < 0 ? node.data.length : end;
                if (!started && to > from) { range.setStart(node, from); started = true; }
                if (to > from) { line += node.data.slice(from, to); last = [node, to]; }
                if (end < 0) break;
                if (started) { range.setEnd(...last); yield [line, range.getBoundingClientRect().width]; }
                line = ''; started = false; from = end + 1;
            }
        }
        if (started) { range.setEnd(...last); yield [line, range.getBoundingClientRect().width]; }
    }
    function columnWidth(code) {
        const probe = document.createElement('span');
        probe.textContent = '0'.repeat(100);
        probe.style.cssText = 'position: absolute; visibility: hidden; white-space: pre';
        code.append(probe);
        const width = probe.getBoundingClientRect().width / 100;
        probe.remove();
        return width;
    }
    const overflows = element => element.scrollWidth > element.clientWidth + 1;
    const scrollers = () => all('main *').filter(element => ['auto', 'scroll'].includes(style(element).overflowX) && overflows(element) && shown(element));

    return {
        all, shown, name, contrastOf, scrollers,

        // What a reader can see of each kind, so that a test can tell a check that looked at nothing.
        kinds: () => unique([...texts()].map(kind)),

        // Each faulty pair of colours once, with a text that has it.
        contrast: () => {
            const found = new Map();
            for (const element of texts()) {
                const seen = contrastOf(element);
                if (seen < 4.5) found.set(`${kind(element)}: ${style(element).color} has a contrast of ${seen.toFixed(2)}`, name(element));
            }
            return [...found].map(([told, where]) => `${told}: ${where}`);
        },

        scheme: dark => {
            const light = luminance(background(document.body));
            return (dark ? light < 0.1 : light > 0.8) ? [] : [`the background is ${style(document.documentElement).backgroundColor}`];
        },

        // Nothing but listings and tables may scroll sideways, and nothing may be cut off.
        sideways: () => {
            openAll();
            const width = document.documentElement.clientWidth;
            const page = document.scrollingElement.scrollWidth;
            const found = page > width ? [`the page is ${page} pixels wide in a window of ${width}`] : [];
            const boxes = all('body *').filter(element => shown(element) && element.clientWidth > 1 && overflows(element));
            found.push(...boxes.filter(element => style(element).overflowX !== 'visible' && !element.matches('main pre > code, main pre, .table-wrapper'))
                .map(element => `${element.scrollWidth} pixels in a box of ${element.clientWidth}: ${name(element)}`));
            const cut = all('main pre > code, .table-wrapper').filter(element => shown(element) && overflows(element));
            found.push(...cut.filter(element => !['auto', 'scroll'].includes(style(element).overflowX)).map(element => `does not scroll: ${name(element)}`));
            return found;
        },

        small: () => {
            openAll();
            return unique([...texts()].filter(element => parseFloat(style(element).fontSize) < 14 && !element.closest('sup'))
                .map(element => `${style(element).fontSize}: ${name(element)}`));
        },

        // A finger needs 24 pixels, and nothing may lie over what it reaches for.
        targets: selector => all(selector).filter(shown).flatMap(element => {
            element.scrollIntoView({ block: 'center', behavior: 'instant' });
            const box = element.getBoundingClientRect();
            if (box.width < 24 || box.height < 24) return [`${box.width} × ${box.height} pixels: ${name(element)}`];
            const at = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return element.contains(at) ? [] : [`cannot be reached at ${box.x}, ${box.y}: ${name(element)}`];
        }),

        // Every line of a transcript is as wide as its columns, and every row as high as the others.
        columns: () => {
            openAll();
            return listings().filter(code => !code.matches('.language-rust')).flatMap(code => {
                const one = columnWidth(code);
                const found = [];
                for (const [line, width] of drawn(code)) {
                    const due = columns(line) * one;
                    if (Math.abs(width - due) > 1) found.push(`${width.toFixed(1)} pixels for ${columns(line)} columns of ${one.toFixed(2)}: ${line.trim().slice(0, 80)}`);
                }
                const rows = linesOf(code).length, row = parseFloat(style(code).lineHeight);
                const high = code.clientHeight - parseFloat(style(code).paddingTop) - parseFloat(style(code).paddingBottom);
                // The browser rounds the height of a row, by less than a fiftieth of a pixel.
                if (!(Math.abs(high - rows * row) <= 2 + rows / 50)) found.push(`${high} pixels for ${rows} rows of ${row}: ${name(code)}`);
                return found;
            });
        },

        // Listings of up to 80 columns that do not fit their place; `wraps` tells of those that would be broken in two.
        fits: () => {
            openAll();
            return listings().filter(code => Math.max(...linesOf(code).map(columns)) <= 80).flatMap(code => {
                const row = parseFloat(style(code).lineHeight);
                const high = code.clientHeight - parseFloat(style(code).paddingTop) - parseFloat(style(code).paddingBottom);
                const wraps = high > linesOf(code).length * row + 2;
                return wraps || overflows(code) ? [`${wraps ? 'is broken' : 'is cut off'}: ${name(code)}`] : [];
            });
        },

        printed: () => {
            const extra = '#mdbook-sidebar, #mdbook-menu-bar, .nav-chapters, .mobile-nav-chapters, #mdbook-search-wrapper, pre .buttons';
            const found = all(extra).filter(shown).map(element => `is printed: ${name(element)}`);
            const folded = all('main details > :not(summary)').filter(element => !shown(element) || element.getBoundingClientRect().height === 0);
            found.push(...folded.map(element => `stays folded: ${name(element)}`));
            const edge = document.documentElement.clientWidth;
            const wide = all('main *').filter(element => shown(element) && element.getBoundingClientRect().right > edge + 1);
            found.push(...wide.map(element => `reaches over the edge of the paper: ${name(element)}`));
            found.push(...all('main pre > code').filter(overflows).map(element => `is cut off: ${name(element)}`));
            return found;
        },

        // Writes down what gets the focus while Tab is pressed, and how that is seen.
        follow: () => {
            const met = new Map();
            document.addEventListener('focusin', event => {
                const { outlineStyle, outlineWidth } = style(event.target);
                const seen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && contrastOf(event.target, 'outlineColor') >= 3;
                met.set(event.target, seen);
            });
            const main = document.querySelector('main');
            main.tabIndex = -1;
            main.focus({ preventScroll: true });
            main.removeAttribute('tabindex');
            window.met = met;
            return all('main :is(a[href], button, input, summary, [tabindex="0"])').length + scrollers().length;
        },
        followed: () => {
            const due = [...all('main summary').filter(shown), ...scrollers()];
            const found = due.filter(element => !window.met.has(element)).map(element => `Tab does not reach ${name(element)}`);
            found.push(...due.filter(element => window.met.get(element) === false).map(element => `no focus is seen on ${name(element)}`));
            return found;
        },
    };
})();
