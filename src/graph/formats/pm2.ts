import type { Action } from '../commands/action.ts';
import { lineCounter } from '../place.ts';
import type { ReadSettings } from './settings.ts';

const value = (key: string): RegExp =>
  new RegExp(`["']?\\b${key}["']?\\s{0,8}:\\s{0,8}["'\`]?([^"'\`,\\n}]{1,400})`);
const SCRIPT = new RegExp(value('script').source, 'g');

/**
 * Applications of a pm2 file, JSON, YAML or JavaScript: read as text, since each has the same keys.
 * @see https://pm2.keymetrics.io/docs/usage/application-declaration/
 */
export const readPm2: ReadSettings = (text) => {
  const lineOf = lineCounter(text);
  const scripts = [...text.matchAll(SCRIPT)].slice(0, MAX_APPLICATIONS);
  return scripts.map((match, at) => {
    // What belongs to an application stands between the scripts of its neighbours.
    const before = scripts[at - 1];
    const after = scripts[at + 1];
    const own = text.slice(before ? before.index + before[0].length : 0, after?.index);
    const read = (key: string): string | undefined => value(key).exec(own)?.[1]?.trim();
    const script = (match[1] as string).trim();
    const interpreter = read('interpreter') ?? read('exec_interpreter') ?? interpreterOf(script);
    const args = read('args')?.replace(/^\[\s*["']?/, '') ?? '';
    const words = [...(interpreter === 'none' ? [] : [interpreter]), script, ...args.split(/\s+/)];
    const action: Action = {
      does: 'run',
      words: words.filter((word) => word !== ''),
      folder: read('cwd'),
    };
    return { line: lineOf(match.index), action };
  });
};

const MAX_APPLICATIONS = 100;

/** By the extension, as pm2 does. */
const interpreterOf = (script: string): string => {
  if (script.endsWith('.py')) return 'python3';
  if (script.endsWith('.sh')) return 'bash';
  if (script.endsWith('.rb')) return 'ruby';
  if (script.endsWith('.php')) return 'php';
  return /\.[cm]?[jt]sx?$/.test(script) ? 'node' : 'none';
};
