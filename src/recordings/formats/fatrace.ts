import { toBytes } from '../../base/byte-path.ts';
import type { Found, LineFormat } from '../recording.ts';

/**
 * What fatrace prints: `nginx(875): RO  /etc/nginx/nginx.conf`, with a time before it or not, with `--exe` and `--parents`
 * behind it. Where it knows no path there is the number of a device; that line says nothing.
 * @see https://github.com/martinpitt/fatrace/blob/main/fatrace.8
 */
export const fatrace: LineFormat = {
  isLine: (line) => LINE.test(line),
  open: (found) => (line, number) => {
    const [, events = '', rest = ''] = LINE.exec(line) ?? [];
    addUse({ events, ...splitRest(rest), line: number }, found);
  },
};

/** The same with `--json`: an object a line; a path that is no plain text is a list of bytes. */
export const fatraceJson: LineFormat = {
  isLine: (line) => typeof readObject(line)?.['types'] === 'string',
  open: (found) => (line, number) => {
    const object = readObject(line) ?? {};
    const events = object['types'];
    if (typeof events !== 'string') return;
    addUse(
      { events, path: pathIn(object, 'path'), program: pathIn(object, 'exe'), line: number },
      found,
    );
  },
};

const LINE =
  /^(?:\d\d:\d\d:\d\d(?:\.\d+)? |\d+\.\d+ )?[^/]{0,100}?\(\d+\)(?: \[\d+:\d+\])?: ([ROWCD+<>]+) +(device .*|\/.*)$/;

/** `/srv/a exe=/bin/sh, parents=(pid=1 comm=init)` */
const splitRest = (rest: string): { readonly path: string; readonly program?: string } => {
  const before = rest.endsWith(')') ? rest.lastIndexOf(', parents=(') : -1;
  const path = before < 0 ? rest : rest.slice(0, before);
  const at = path.lastIndexOf(' exe=/');
  return at < 0 ? { path } : { path: path.slice(0, at), program: path.slice(at + 5) };
};

interface Event {
  readonly events: string;
  readonly path: string | undefined;
  readonly program?: string | undefined;
  readonly line: number;
}

const addUse = ({ events, path, program, line }: Event, { add }: Found): void => {
  if (program?.startsWith('/')) add({ path: program, use: 'started', line });
  // Making, deleting and moving say nothing of what was there before.
  if (path?.startsWith('/') && /[ROWC]/.test(events)) add({ path, use: 'opened', line });
};

const readObject = (line: string): Readonly<Record<string, unknown>> | undefined => {
  if (!line.startsWith('{') || !line.includes('"types"')) return undefined;
  try {
    return JSON.parse(Buffer.from(line, 'latin1').toString()) as Record<string, unknown>;
  } catch {
    return undefined;
  }
};

const pathIn = (
  object: Readonly<Record<string, unknown>>,
  name: 'path' | 'exe',
): string | undefined => {
  const text = object[name];
  if (typeof text === 'string') return toBytes(text);
  const raw = object[`${name}_raw`];
  return Array.isArray(raw) ? Buffer.from(raw as number[]).toString('latin1') : undefined;
};
