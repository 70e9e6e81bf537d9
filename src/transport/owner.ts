import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * The process that a folder or a lock belongs to. A process id alone is not enough: ids are reused, and
 * after a reboot or in another container the same id is another process.
 */
export interface Owner {
  readonly pid: number;
  /** When the process started, in clock ticks since boot; empty where there is no /proc. */
  readonly started: string;
  /** Identifies machine, boot and process id namespace: `pid` is valid only within. */
  readonly scope: string;
  readonly host: string;
}

export const currentOwner = (): Promise<Owner> => (current ??= readOwner());

/** A process keeps all of it as long as it lives, and locks are taken by the thousand. */
let current: Promise<Owner> | undefined;

const readOwner = async (): Promise<Owner> => ({
  pid: process.pid,
  started: await startTimeOf(process.pid),
  scope: await readScope(),
  host: hostname(),
});

export const formatOwner = (owner: Owner): string => `${JSON.stringify(owner)}\n`;

export const parseOwner = (text: string): Owner | undefined => {
  try {
    const { pid, started, scope, host } = JSON.parse(text) as Record<string, unknown>;
    const isOwner =
      Number.isSafeInteger(pid) &&
      (pid as number) > 0 &&
      [started, scope, host].every((part) => typeof part === 'string');
    return isOwner ? ({ pid, started, scope, host } as Owner) : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Whether the process has ended. That cannot be known of one on another machine or in another container:
 * it counts as ended when its folder or lock was not modified for a day.
 */
export const isGone = async (owner: Owner, lastTouched: Date): Promise<boolean> => {
  if (owner.scope === (await currentOwner()).scope) {
    return (
      !isRunning(owner.pid) ||
      (owner.started !== '' && owner.started !== (await startTimeOf(owner.pid)))
    );
  }
  return Date.now() - lastTouched.getTime() > ABANDONED_AFTER_MS;
};

/** Whether a process has this id, whichever it is. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

const readScope = async (): Promise<string> => {
  const boot = await orEmpty(readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = await orEmpty(readlink('/proc/self/ns/pid'));
  // A boot id is unique to a machine and its boot; where there is none, the host name is used.
  return `${boot.trim() || hostname()} ${namespace}`;
};

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html field 22; the name before it may contain spaces */
const startTimeOf = async (pid: number): Promise<string> => {
  const stat = await orEmpty(readFile(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const orEmpty = (text: Promise<string>): Promise<string> => text.catch(() => '');
