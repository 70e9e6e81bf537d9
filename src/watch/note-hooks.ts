import type { LogEntry } from '../api/exporter.ts';
import type { HookOutcome } from './answer-hook.ts';

/** Milliseconds. */
const PAUSE = 60_000;

/**
 * Logs notifications that were of no use, since most likely somebody set a registry up in the wrong way. Anybody can send them: there
 * is one line a minute at most, with how many there were since the last one.
 */
export const noteHooks = (
  onLog: (entry: LogEntry) => void,
  now: () => number = Date.now,
): ((outcome: HookOutcome) => void) => {
  const counts = { refused: 0, unreadable: 0 };
  let logged = -Infinity;
  return (outcome) => {
    if (outcome !== 'refused' && outcome !== 'unreadable') return;
    counts[outcome]++;
    if (now() - logged < PAUSE) return;
    logged = now();
    onLog({ level: 'warn', message: 'notifications of no use', fields: { ...counts } });
    Object.assign(counts, { refused: 0, unreadable: 0 });
  };
};
