import { render } from 'ink';
import { abortedError, ReslimError } from '../../base/errors.ts';
import type { ExploredImage, ExploredMinimal, Level } from '../../index.ts';
import { decided, undecided } from './model/decisions.ts';
import { openFiles } from './model/files.ts';
import { editsOf } from './model/marks.ts';
import { press, resize } from './model/press.ts';
import { readMarks, type MarkSettings } from './model/read-marks.ts';
import { startState, type State } from './model/state.ts';
import { sizeOf, takeTerminal, watchKeys, watchSize, type Terminal } from './terminal.ts';
import { View } from './view.tsx';

export interface RunViewOptions {
  readonly terminal: Terminal;
  readonly hasColour: boolean;
  readonly settings: ViewSettings;
  /** Changes the settings file. */
  readonly save: (edits: ReturnType<typeof editsOf>) => Promise<void>;
  /** Finds out what level `minimal` decides, until it is told to stop. */
  readonly decide: (signal: AbortSignal) => Promise<ExploredMinimal>;
  readonly signal: AbortSignal;
}

/** What the settings file says, and how it is called. */
interface ViewSettings extends MarkSettings {
  readonly name: string;
  readonly level?: Level | undefined;
}

/** Shows an image until the user quits. Rejects with `aborted` when the run is interrupted; the terminal is given back in any case. */
export const runView = async (
  image: ExploredImage,
  { terminal, hasColour, settings, save, decide, signal }: RunViewOptions,
): Promise<void> => {
  const files = openFiles(image);
  const { level, name } = settings;
  const marks = readMarks(files, settings);
  let state = startState(files, {
    size: sizeOf(terminal),
    level,
    settings: name,
    ...marks,
  });
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
  const write = async (asked: State): Promise<void> => {
    try {
      await save(editsOf(asked));
      show({ ...state, written: asked.marks, message: `written to ${name}` });
    } catch (error) {
      if (!(error instanceof ReslimError)) throw error;
      show({ ...state, message: error.message });
    }
  };
  const ended = new AbortController();
  let deciding: Promise<void> | undefined;
  const findMinimal = async (): Promise<void> => {
    try {
      const minimal = await decide(ended.signal);
      if (!ended.signal.aborted) show(decided(state, minimal));
    } catch (error) {
      if (!(error instanceof ReslimError)) throw error;
      if (!ended.signal.aborted) show(undecided(state, error.message));
    }
  };
  const stops: (() => void)[] = [];
  try {
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(abortedError());
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort);
      // The terminal is gone.
      terminal.input.once('end', onAbort);
      const obey = ({ request }: State): void => {
        if (request === 'quit') resolve();
        if (request === 'write') write(state).catch(reject);
        if (request === 'decide') deciding = findMinimal().catch(reject);
      };
      const onKey = (key: string): void => {
        try {
          show(press(state, key));
          obey(state);
        } catch (error) {
          reject(error);
        }
      };
      obey(state);
      stops.push(
        () => signal.removeEventListener('abort', onAbort),
        () => terminal.input.off('end', onAbort),
        watchKeys(terminal, onKey),
        watchSize(terminal, (size) => show(resize(state, size))),
      );
    });
  } finally {
    ended.abort();
    for (const stop of stops) stop();
    app.unmount();
    leave();
    await deciding;
  }
};
