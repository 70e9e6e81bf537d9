import { ReslimError } from '../base/errors.ts';

/**
 * The signal that stops a container, as the specification spells it: `SIGINT`, `SIGRTMIN+3`. `int` and `INT` are
 * the same, and numbers are those of Linux. Throws `usage`.
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties
 */
export const readSignal = (text: string): string => {
  if (/^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= LAST_NUMBER)
    return String(Number(text));
  const name = text.toUpperCase().replace(/^(?!SIG)/, 'SIG');
  if (NAMES.has(name.slice(3)) || isRealTime(name)) return name;
  throw new ReslimError('usage', `--stop-signal is not a signal: ${text}`, {
    hint: 'write a name such as SIGINT or SIGRTMIN+3, or a number',
  });
};

const isRealTime = (name: string): boolean => {
  const match = /^SIGRT(?:MIN(?:\+(\d{1,2}))?|MAX(?:-(\d{1,2}))?)$/.exec(name);
  return match !== null && Number(match[1] ?? match[2] ?? 0) <= MAX_OFFSET;
};

const LAST_NUMBER = 64;
/** From SIGRTMIN, which is 34, to SIGRTMAX. */
const MAX_OFFSET = 30;

/** @see https://man7.org/linux/man-pages/man7/signal.7.html */
const NAMES: ReadonlySet<string> = new Set([
  ...['HUP', 'INT', 'QUIT', 'ILL', 'TRAP', 'ABRT', 'IOT', 'BUS', 'FPE', 'KILL', 'USR1', 'SEGV'],
  ...['USR2', 'PIPE', 'ALRM', 'TERM', 'STKFLT', 'CHLD', 'CLD', 'CONT', 'STOP', 'TSTP', 'TTIN'],
  ...['TTOU', 'URG', 'XCPU', 'XFSZ', 'VTALRM', 'PROF', 'WINCH', 'IO', 'POLL', 'PWR', 'SYS'],
]);
