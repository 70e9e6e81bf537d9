import { linesOf, type ReadSettings, type Statement } from './settings.ts';

const shell = (line: number, text: string, folder?: string): Statement[] =>
  text.trim() === '' ? [] : [{ line, action: { does: 'shell', text, folder } }];

/** `web: command`. @see https://devcenter.heroku.com/articles/procfile */
export const readProcfile: ReadSettings = (text) =>
  linesOf(text).flatMap(([line, raw]) =>
    shell(line, /^\s*[\w-]+:\s*([^\s].*)$/.exec(raw)?.[1] ?? ''),
  );

/** `id:levels:action:process`; what begins with `-` is a shell for somebody at a terminal. */
export const readInittab: ReadSettings = (text) =>
  linesOf(text).flatMap(([line, raw]) => {
    const [, process = ''] = /^[^#:]*:[^:]*:[^:]*:-?(.+)$/.exec(raw) ?? [];
    return shell(line, process);
  });

/**
 * A program that goes on as the next one, a line each as a rule: `s6-setuidgid app`, `cd /srv`, `node a.js`.
 * Blocks in braces are such chains of their own.
 * @see https://skarnet.org/software/execline/execlineb.html
 */
export const readExecline: ReadSettings = (text) => {
  const lines = linesOf(text).filter(([, raw]) => !raw.trim().startsWith('#'));
  const folder = lines.flatMap(([, raw]) => /^\s*(?:s6-)?cd\s+(\S+)\s*$/.exec(raw)?.[1] ?? [])[0];
  return lines.flatMap(([line, raw]) =>
    raw
      .split(/(?:^|\s)[{}](?=\s|$)/)
      .flatMap((part) =>
        shell(
          line,
          part.replace(/^\s*(foreground|background|if|ifelse|pipeline|backtick)\b/, ''),
          folder,
        ),
      ),
  );
};

/** Commands of `Taskfile.yml`, as text. @see https://taskfile.dev/reference/schema */
export const readTaskfile: ReadSettings = (text) =>
  linesOf(text).flatMap(([line, raw]) => {
    const item = /^\s+(?:- )?(?:cmd:|sh:|- )/.exec(raw);
    const command = item ? raw.slice(item[0].length).trim() : '';
    if (/^[{}\s]/.test(command)) return [];
    return shell(line, command.replace(/^["']|["']$/g, '').replaceAll(/\{\{[^}]*\}\}/g, '$$_'));
  });
