import { parseObject } from '../../base/json.ts';
import type { Fields } from '../shell/fields.ts';

/**
 * Command lines of a trigger, an instruction of a Dockerfile for images that are built from this one.
 * @see https://docs.docker.com/reference/dockerfile/#onbuild
 */
export const readTrigger = (trigger: string, shell: Fields): Fields[] => {
  const [, instruction = '', rest = ''] = /^\s*(\w+)\s+([^]*)$/.exec(trigger) ?? [];
  const name = instruction.toUpperCase();
  if (name === 'HEALTHCHECK') {
    const at = rest.search(/\bCMD\s/);
    return at < 0 ? [] : commandOf(rest.slice(at + 3).trim(), shell);
  }
  if (name !== 'RUN' && name !== 'CMD' && name !== 'ENTRYPOINT') return [];
  return commandOf(rest.replace(/^(--\w+(=\S*)?\s+)+/, '').trim(), shell);
};

const commandOf = (text: string, shell: Fields): Fields[] => {
  const list = listOf(text);
  if (list) return [list];
  return text === '' ? [] : [[...(shell.length > 0 ? shell : ['/bin/sh', '-c']), text]];
};

/** The exec form is a list in JSON. */
const listOf = (text: string): Fields | undefined => {
  if (!text.startsWith('[')) return undefined;
  const list = parseObject(`{"words":${text}}`)?.['words'];
  return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined;
};
