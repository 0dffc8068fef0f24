// What the book adds to its pages: columns that hold whatever fonts a machine has, listings that the keyboard can scroll,
// and answers that are printed although they are folded. A page without it can be read all the same.
(() => {
    const listings = [...document.querySelectorAll('main pre > code')];

    // The book's font for code has no circled numbers and no Chinese. Another font draws them, in a width of its own, and
    // what follows would leave its column. The difference becomes space between the letters: two columns for Chinese, one
    // for everything else, as in a terminal.
    const wide = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
    const foreign = /[^\x00-\x7f]/u;
    const pen = document.createElement('canvas').getContext('2d');
    const widths = new Map();
    function excess(letter) {
        if (!widths.has(letter)) {
            const columns = wide.test(letter) ? 2 : 1;
            const over = pen.measureText(letter).width - columns * pen.measureText('0').width;
            widths.set(letter, Math.abs(over) < 0.1 ? 0 : over / 100);
        }
        return widths.get(letter);
    }
    function straighten(text) {
        if (!foreign.test(text.data)) return;
        const pieces = document.createDocumentFragment();
        let run = '', over = 0;
        const put = () => {
            if (over === 0) return pieces.append(run);
            const cell = document.createElement('span');
            cell.style.letterSpacing = `${-over}em`;
            cell.append(run);
            pieces.append(cell);
        };
        for (const letter of text.data) {
            const own = foreign.test(letter) ? excess(letter) : 0;
            if (own !== over && run) { put(); run = ''; }
            over = own;
            run += letter;
        }
        put();
        text.replaceWith(pieces);
    }
    document.fonts.ready.then(() => {
        if (listings.length === 0) return;
        pen.font = `100px ${getComputedStyle(listings[0]).fontFamily}`;
        for (const listing of listings) {
            const walker = document.createTreeWalker(listing, NodeFilter.SHOW_TEXT);
            const texts = [];
            while (walker.nextNode()) texts.push(walker.currentNode);
            texts.forEach(straighten);
        }
    });

    // What is wider than its place scrolls. Tab reaches it, and there the arrows scroll: they do not turn the page.
    const reachable = new ResizeObserver(entries => entries.forEach(({ target }) => {
        if (target.scrollWidth > target.clientWidth) {
            target.tabIndex = 0;
            target.setAttribute('role', 'region');
            target.setAttribute('aria-label', 'Scrolls sideways');
        } else {
            ['tabindex', 'role', 'aria-label'].forEach(name => target.removeAttribute(name));
        }
    }));
    for (const box of [...listings, ...document.querySelectorAll('main .table-wrapper')]) {
        reachable.observe(box);
        box.addEventListener('keydown', event => {
            if (box.tabIndex === 0 && ['ArrowLeft', 'ArrowRight'].includes(event.key)) event.stopPropagation();
        });
    }

    // lab.css prints what is folded; this is for browsers that do not know ::details-content.
    const folded = [];
    addEventListener('beforeprint', () => {
        folded.push(...document.querySelectorAll('main details:not([open])'));
        folded.forEach(details => { details.open = true; });
    });
    addEventListener('afterprint', () => folded.splice(0).forEach(details => { details.open = false; }));
})();
