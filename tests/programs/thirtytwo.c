/* A 32-bit program without a library: it prints and ends. Its call numbers mean other calls on a 64-bit kernel. */
static long call(long number, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

void _start(void) {
    call(4, 1, (long)"thirty-two\n", 11);
    call(1, 7, 0, 0);
}
