import type { Found, LineFormat } from '../recording.ts';
import { isAbsence } from './absence.ts';

/**
 * What opensnoop prints: columns under a line of their names, which are others with each option, and in each of its versions
 * (bcc, libbpf-tools, bpftrace, Inspektor Gadget). A path is as the program gave it, and may be relative.
 * @see https://github.com/iovisor/bcc/blob/master/tools/opensnoop_example.txt
 */
export const opensnoop: LineFormat = {
  isLine: (line) => isHeader(line),
  open: (found) => {
    let row: RegExp | undefined;
    return (line, number) => {
      if (isHeader(line)) row = rowUnder(line);
      else if (row) readRow(row.exec(line.trimEnd()), number, found);
    };
  },
};

const isHeader = (line: string): boolean => line.length <= MAX_HEADER && HEADER.test(line);

const MAX_HEADER = 500;

const HEADER = /^\s*(?:\S+\s+){0,10}P?COMM\s+FD\s+ERR\s+(?:\S+\s+){0,5}PATH\s*$/;

const readRow = (match: RegExpExecArray | null, line: number, { add, leaveUnplaced }: Found) => {
  const [, error = '', path = ''] = match ?? [];
  if (path === '' || isAbsence(ERRORS.get(error) ?? '')) return;
  if (path.startsWith('/')) add({ path, use: error === '0' ? 'opened' : 'asked', line });
  else leaveUnplaced();
};

/** Names of programs may have blanks in them; all other columns have none. */
const rowUnder = (header: string): RegExp => {
  const columns = header
    .trim()
    .split(/\s+/)
    .map((name) => {
      if (/^P?COMM$/.test(name)) return '.{1,64}?';
      if (name === 'ERR') return '(\\d+)';
      if (name === 'PATH') return '(\\S.*)';
      return name === 'FD' ? '-?\\d+' : '\\S+';
    });
  return new RegExp(`^\\s*${columns.join('\\s+')}$`);
};

/** Numbers of errors on Linux that mean that there is no such file. */
const ERRORS: ReadonlyMap<string, string> = new Map([
  ['2', 'ENOENT'],
  ['14', 'EFAULT'],
  ['20', 'ENOTDIR'],
  ['36', 'ENAMETOOLONG'],
  ['40', 'ELOOP'],
]);
