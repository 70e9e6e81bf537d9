import { parse } from 'yaml';
import { pathOf } from '../../src/tree/node.ts';
import type { Edge, OpenEdge } from '../../src/graph/graph.ts';
import type { Place } from '../../src/graph/place.ts';
import type { Files } from '../support/fact-image.ts';

/*
 * A case is an image as text, and what it starts. Before the files stands the config, as YAML.
 *
 *     === title
 *     Entrypoint: [/start.sh]
 *     Cmd: [node, server.js]
 *     /start.sh
 *     | #!/bin/sh
 *     | exec "$@"
 *     /bin/sh (program)
 *     /usr/bin/node -> node22
 *     > entrypoint starts /start.sh
 *     > /start.sh:2 starts /usr/bin/node22
 *     < cmd reads /srv/server.js
 *     ~ node
 *     ? /start.sh:9 …
 *
 * `>` lists all that is started and loaded, `?` all that is left open; `<` and `~` some of what is read
 * and of the words that are used, and with `!` what is not.
 */
export interface GraphCase {
  readonly title: string;
  readonly config: object;
  readonly files: Files;
  readonly started: readonly string[];
  readonly read: readonly string[];
  readonly notRead: readonly string[];
  readonly words: readonly string[];
  readonly notWords: readonly string[];
  readonly open: readonly string[];
}

export const parseCases = (text: string): GraphCase[] =>
  text.split(/^=== /m).slice(1).map(parseCase);

const parseCase = (part: string): GraphCase => {
  const [title = '', ...lines] = part.split('\n');
  const files: Record<string, string | Buffer | null> = {};
  let path = '';
  for (const line of lines) {
    const [, name, sign = '', target = ''] = /^(\/\S*)(?: (->|\(\w+\)) ?(\S*))?$/.exec(line) ?? [];
    if (name !== undefined) {
      path = name.slice(1);
      if (sign === '->') files[path] = `-> ${target}`;
      else if (sign === '(program)') files[path] = Buffer.from('\x7fELF\0\0');
      else files[path] = path.endsWith('/') ? null : '';
      if (path.endsWith('/')) {
        delete files[path];
        files[path.slice(0, -1)] = null;
      }
    } else if (line.startsWith('|')) files[path] = `${files[path] ?? ''}${line.slice(2)}\n`;
  }
  const marked = (mark: string): string[] =>
    lines
      .filter((line) => line.startsWith(`${mark} `))
      .map((line) => line.slice(mark.length + 1).trim());
  const header = lines.filter((line) => /^[A-Z]/.test(line)).join('\n');
  return {
    title,
    config: (parse(header) as object | null) ?? {},
    files,
    started: marked('>'),
    read: marked('<'),
    notRead: marked('!<'),
    words: marked('~'),
    notWords: marked('!~'),
    open: marked('?'),
  };
};

export const showPlace = ({ file, line, member }: Place): string => {
  if (!file) return member ?? '';
  const path = `/${pathOf(file)}`;
  return line === undefined
    ? `${path}${member === undefined ? '' : `[${member}]`}`
    : `${path}:${line}`;
};

export const showEdge = ({ place, kind, to, whole }: Edge): string =>
  `${showPlace(place)} ${kind} /${pathOf(to)}${whole ? '/**' : ''}`;

export const showOpen = ({ place, word, isCovered }: OpenEdge): string =>
  `${showPlace(place)} ${word}${isCovered ? ' (covered)' : ''}`.trim();
