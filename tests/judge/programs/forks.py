# Forks and forks. It stops at 500 of its own accord, should nobody stop it: the machine belongs to others, too.
import os
import time

for _ in range(500):
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
time.sleep(600)
