const sameKeyPressMs = 1_000;
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Turns the first Ctrl-C into a wish to stop soon, and a later one into the end of the process. */
export function stopOnSignals(note: (line: string) => void) {
  const controller = new AbortController();
  let stoppedAt = 0;
  let exitCode: number = exitCodes.SIGINT;
  const stop = (signal: NodeJS.Signals) => {
    exitCode = signal === 'SIGTERM' ? exitCodes.SIGTERM : exitCodes.SIGINT;
    if (controller.signal.aborted) {
      // npm passes the terminal's Ctrl-C on to us once more, so one key press arrives twice.
      if (performance.now() - stoppedAt > sameKeyPressMs) process.exit(exitCode);
      return;
    }
    stoppedAt = performance.now();
    note('stopping after what is being sent; Ctrl-C again stops at once');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    release(): void {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
