import type { HistoryStep } from '../../oci/config.ts';
import { hideSecrets } from '../../oci/secret-values.ts';
import type { Instruction } from './instruction.ts';

/** Characters of a step that are read. */
const MAX_STEP = 64 * 1024;

/**
 * The instruction behind a step of the history. The classic builder and buildah write `/bin/sh -c #(nop) CMD
 * ["x"]` and `/bin/sh -c apt-get update`, with build arguments `|1 NAME=value /bin/sh -c …`; BuildKit writes
 * `RUN /bin/sh -c … # buildkit`. Values that look secret are hidden.
 */
export const readStep = ({ createdBy }: Pick<HistoryStep, 'createdBy'>): Instruction => {
  const text = hideSecrets(createdBy.slice(0, MAX_STEP))
    .replace(/ # buildkit\s*$/, '')
    .trim();
  const nop = /^(?:\/bin\/sh -c )?#\(nop\)\s*(\w+)\s+([^]*)$/.exec(text);
  if (nop) return instructionOf((nop[1] as string).toUpperCase(), nop[2] as string);
  const command = withoutArguments(text.replace(/^RUN\s+/, ''));
  const shell = SHELL.exec(command);
  if (shell) return instructionOf('RUN', shell[1] as string);
  const [, keyword, rest = ''] = KEYWORD.exec(text) ?? [];
  // What no keyword begins is a command without a shell, as the classic builder and buildah write it.
  return keyword === undefined || keyword === 'RUN'
    ? instructionOf('RUN', command)
    : instructionOf(keyword, rest);
};

/** Build arguments stand before the command, `|1 VERSION=1 npm ci`; their values may hold blanks. */
const withoutArguments = (text: string): string => {
  const [, count] = /^\|(\d+) /.exec(text) ?? [];
  if (count === undefined) return text;
  const beforeShell = /^\|\d+ .*? (?=\/(?:usr\/)?bin\/(?:ba|da|a|z)?sh )/.exec(text);
  return beforeShell
    ? text.slice(beforeShell[0].length)
    : text
        .replace(/^\|\d+ /, '')
        .split(' ')
        .slice(Number(count))
        .join(' ');
};

/** `/bin/bash -o pipefail -c …` */
const SHELL = /^\/(?:usr\/)?bin\/(?:ba|da|a|z)?sh (?:-o \w+ |-[a-bd-z]+ )*-[a-z]*c ([^]*)$/;

const KEYWORD =
  /^(RUN|COPY|ADD|ENV|LABEL|CMD|ENTRYPOINT|WORKDIR|USER|EXPOSE|VOLUME|HEALTHCHECK|SHELL|STOPSIGNAL|ONBUILD|ARG|MAINTAINER)\s+([^]*)$/;

const instructionOf = (keyword: string, written: string): Instruction => {
  const flags: string[] = [];
  let rest = written.trim();
  for (let flag = FLAG.exec(rest); flag; flag = FLAG.exec(rest)) {
    flags.push(flag[1] as string);
    rest = rest.slice(flag[0].length);
  }
  const text = [keyword, ...flags, rest].join(' ');
  return {
    keyword,
    flags,
    text,
    argumentsAt: text.length - rest.length,
    // What several lines are in the history was a here-document in the Dockerfile.
    hasHereDocument: rest.includes('\n'),
    escape: '\\',
    stage: 0,
    comments: [],
  };
};

const FLAG = /^(--[\w-]+(?:=\S*)?)\s+/;
