import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * The process that a temp folder or a lock belongs to. A process id alone says little: it is used
 * again after a while, and means another process after a reboot or in another container.
 */
export interface Owner {
  readonly pid: number;
  /** When the process started, in the kernel's own unit; empty where there is no /proc. */
  readonly started: string;
  /** Machine, boot and process id namespace: where `pid` means anything. */
  readonly scope: string;
  readonly host: string;
}

export const currentOwner = async (): Promise<Owner> => ({
  pid: process.pid,
  started: await startOf(process.pid),
  scope: await scopeHere(),
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
 * Whether the process is known to be gone. For one of another machine or container nothing can be
 * known; it counts as gone when it has not touched its things for a day.
 */
export const isGone = async (owner: Owner, lastTouched: Date): Promise<boolean> => {
  if (owner.scope === (await scopeHere())) {
    return (
      !isRunning(owner.pid) ||
      (owner.started !== '' && owner.started !== (await startOf(owner.pid)))
    );
  }
  return Date.now() - lastTouched.getTime() > FOREIGN_AGE_MS;
};

/** For things whose owner is only known by the process id in their name. */
export const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
};

const FOREIGN_AGE_MS = 24 * 60 * 60 * 1000;

const scopeHere = async (): Promise<string> => {
  const boot = await orEmpty(readFile('/proc/sys/kernel/random/boot_id', 'utf8'));
  const space = await orEmpty(readlink('/proc/self/ns/pid'));
  // A boot id is unique to a machine and boot; without one the host name has to do.
  return `${boot.trim() || hostname()} ${space}`;
};

/** @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html field 22; the name before may hold blanks */
const startOf = async (pid: number): Promise<string> => {
  const stat = await orEmpty(readFile(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
};

const orEmpty = (text: Promise<string>): Promise<string> => text.catch(() => '');
