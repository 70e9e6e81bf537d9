import { render } from 'ink';
import { abortedError } from '../../base/errors.ts';
import type { ExploredImage, Level } from '../../index.ts';
import { openFiles } from './model/files.ts';
import { press, resize } from './model/press.ts';
import { startState, type State } from './model/state.ts';
import { sizeOf, takeTerminal, watchKeys, watchSize, type Terminal } from './terminal.ts';
import { View } from './view.tsx';

export interface RunViewOptions {
  readonly terminal: Terminal;
  readonly hasColour: boolean;
  readonly level: Level | undefined;
  readonly signal: AbortSignal;
}

/** Shows an image until the user quits. Rejects with `aborted` when the run is interrupted; the terminal is given back in any case. */
export const runView = async (
  image: ExploredImage,
  { terminal, hasColour, level, signal }: RunViewOptions,
): Promise<void> => {
  let state = startState(openFiles(image), { size: sizeOf(terminal), level });
  const leave = takeTerminal(terminal);
  const app = render(<View state={state} hasColour={hasColour} />, {
    stdout: terminal.output,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  const show = (next: State): void => {
    state = next;
    app.rerender(<View state={state} hasColour={hasColour} />);
  };
  const stops: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(abortedError());
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort);
      // The terminal is gone.
      terminal.input.once('end', onAbort);
      const onKey = (key: string): void => {
        try {
          show(press(state, key));
          if (state.request === 'quit') resolve();
        } catch (error) {
          reject(error);
        }
      };
      stops.push(
        () => signal.removeEventListener('abort', onAbort),
        () => terminal.input.off('end', onAbort),
        watchKeys(terminal, onKey),
        watchSize(terminal, (size) => show(resize(state, size))),
      );
    });
  } finally {
    for (const stop of stops) stop();
    app.unmount();
    leave();
  }
};
