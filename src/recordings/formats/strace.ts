import type { Found, LineFormat, RecordedUse } from '../recording.ts';
import { isAbsence } from './absence.ts';
import { processFolders, type ProcessFolders } from './process-folders.ts';
import {
  parsePath,
  parseResult,
  parseStraceLine,
  parseWords,
  type PathArguments,
  type StraceResult,
} from './strace-line.ts';

/**
 * What strace prints, whatever its options are: calls that name files, in one line or in two halves. What a call did not find
 * says nothing. A relative path counts where the folder of its process is known: from `chdir`, `getcwd`, the paths that `-y`
 * shows, or the process that made it.
 */
export const strace: LineFormat = {
  isLine: (line) => {
    const event = parseStraceLine(line)?.event;
    return event?.is === 'call' ? parseResult(event.text) !== undefined : event?.is === 'begin';
  },
  open: (found) => {
    const folders = processFolders();
    const begun = new Map<string, { readonly name: string; readonly text: string }>();
    return (line, number) => {
      const parsed = parseStraceLine(line);
      if (!parsed) return;
      const { process, event } = parsed;
      if (event.is === 'end') {
        folders.end(process);
        begun.delete(process);
        return;
      }
      folders.see(process);
      if (event.is === 'begin') {
        if (begun.size < MAX_BEGUN) begun.set(process, event);
        if (MAKERS.has(event.name)) folders.beginFork(process);
        return;
      }
      const first = event.is === 'resume' ? begun.get(process) : undefined;
      if (event.is === 'resume') {
        begun.delete(process);
        if (first?.name !== event.name) return;
      }
      const text = `${first?.text ?? ''}${event.text}`;
      const result = parseResult(text);
      if (result)
        readCall({ process, name: event.name, text, result, line: number }, folders, found);
    };
  },
};

/** Calls that wait for their second half: one for each thread. */
const MAX_BEGUN = 100_000;

interface Call {
  readonly process: string;
  readonly name: string;
  readonly text: string;
  readonly result: StraceResult;
  readonly line: number;
}

const readCall = (
  { process, name, text, result, line }: Call,
  folders: ProcessFolders,
  { add, leaveUnplaced }: Found,
): void => {
  if (MAKERS.has(name)) {
    folders.fork(process, String(result.value), /\bCLONE_FS\b/.test(text));
    return;
  }
  if (name === 'getcwd') {
    const answer = result.value > 0 ? parsePath(text) : undefined;
    if (answer) folders.set(process, answer.path);
    return;
  }
  if (name === 'fchdir') {
    const [, path] = /^\d+<(\/[^<>]*)>/.exec(text) ?? [];
    if (result.value === 0) folders.set(process, path);
    return;
  }
  const use = useOf(name);
  const given = use && parsePath(text);
  if (!given || given.path === '') return;
  if (given.folder === 'AT_FDCWD' && given.folderPath !== undefined)
    folders.set(process, given.folderPath);
  if (result.value < 0 && (result.error === undefined || isAbsence(result.error))) return;
  const path = absolutePath(given, folders.of(process)) ?? result.path;
  if (name === 'chdir' && result.value === 0) folders.set(process, path);
  if (path === undefined) {
    leaveUnplaced();
    return;
  }
  if (result.value < 0) add({ path, use: 'asked', line });
  else if (use === 'started') add({ path, use, line, args: parseWords(given.rest).slice(1) });
  else add({ path, use, line });
};

const absolutePath = (
  { folder, folderPath, path }: PathArguments,
  current: string | undefined,
): string | undefined => {
  if (path.startsWith('/')) return path;
  const from = folder === undefined || folder === 'AT_FDCWD' ? current : folderPath;
  return from === undefined ? undefined : `${from}/${path}`;
};

const useOf = (name: string): RecordedUse | undefined => {
  if (/^execve(at)?$/.test(name)) return 'started';
  if (/^(open|openat|openat2|creat|uselib)$/.test(name)) return 'opened';
  return ASKING.has(name) ? 'asked' : undefined;
};

/** Calls that make processes. */
const MAKERS: ReadonlySet<string> = new Set(['clone', 'clone2', 'clone3', 'fork', 'vfork']);

/** Calls that begin with a path, or with a folder and a path, and are about something that is there. */
const ASKING: ReadonlySet<string> = new Set(
  `access faccessat faccessat2 stat lstat stat64 lstat64 oldstat oldlstat newfstatat fstatat64 statx statfs statfs64
  readlink readlinkat chdir chroot chmod fchmodat fchmodat2 chown lchown chown32 lchown32 fchownat utime utimes
  utimensat futimesat truncate truncate64 getxattr lgetxattr listxattr llistxattr setxattr lsetxattr
  name_to_handle_at open_tree unlink unlinkat rmdir rename renameat renameat2 link linkat mkdir mkdirat mknod
  mknodat inotify_add_watch`.split(/\s+/),
);
