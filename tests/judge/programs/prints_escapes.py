# Prints what a terminal would obey: a title, colours, a cleared screen, a line written over, half a character.
import sys

sys.stdout.buffer.write(b"\x1b]0;title\x07\x1b[2J\x1b[31mred\rover\x08\x9b31m\xe7\xb2\n")
sys.stderr.buffer.write(b"\x1b[?1049h\x1bcgone\x00\xff\n")
sys.exit(1)
