import { emitKeypressEvents, type Key as Keypress } from 'node:readline';
import type { ScreenSize } from './model/state.ts';

/** A terminal with a screen of our own on it. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** The screen beside the one that the shell writes to; without the cursor. */
const ENTER = '\x1b[?1049h\x1b[?25l';
const LEAVE = '\x1b[?25h\x1b[?1049l';

/** Takes the terminal over, and gives it back as it was: when it is told to, and whenever the process ends before. */
export const takeTerminal = ({ input, output }: Terminal): (() => void) => {
  let isTaken = true;
  const leave = (): void => {
    if (!isTaken) return;
    isTaken = false;
    process.off('exit', leave);
    input.setRawMode(false);
    output.write(LEAVE);
  };
  process.on('exit', leave);
  input.setRawMode(true);
  output.write(ENTER);
  return leave;
};

/** Keys that Node names in another way. */
const NAMES: Readonly<Record<string, string>> = { return: 'enter', space: ' ' };

/**
 * Calls back for each key. Node's own reader of keys splits what arrives at once, as it does over slow lines and where a
 * key is held; that of ink drops it.
 */
export const watchKeys = ({ input }: Terminal, onKey: (key: string) => void): (() => void) => {
  emitKeypressEvents(input);
  const onKeypress = (text: string | undefined, key: Keypress): void => {
    const name = keyOf(text, key);
    if (name !== undefined) onKey(name);
  };
  input.on('keypress', onKeypress);
  input.resume();
  return () => {
    input.off('keypress', onKeypress);
    input.pause();
  };
};

/** What a key is called: by its character, where it has one that can be shown. */
const keyOf = (text: string | undefined, { name, ctrl = false }: Keypress): string | undefined => {
  if (ctrl) return name === undefined ? undefined : `ctrl-${name}`;
  if (text !== undefined && /^[^\p{Cc}\p{Cs}]$/u.test(text)) return text;
  return name === undefined ? undefined : (NAMES[name] ?? name);
};

/** Calls back with the size whenever it changes. */
export const watchSize = (terminal: Terminal, onSize: (size: ScreenSize) => void): (() => void) => {
  const onResize = (): void => onSize(sizeOf(terminal));
  terminal.output.on('resize', onResize);
  return () => terminal.output.off('resize', onResize);
};

export const sizeOf = ({ output }: Terminal): ScreenSize => ({
  columns: output.columns || 80,
  rows: output.rows || 24,
});
