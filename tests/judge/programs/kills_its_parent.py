# Kills whoever started it, and says how that went.
import os
import signal
import sys
import time

try:
    os.kill(os.getppid(), signal.SIGKILL)
    print("killed", flush=True)
except OSError as error:
    print("not killed:", error.strerror, flush=True)
time.sleep(2)
sys.exit(3)
