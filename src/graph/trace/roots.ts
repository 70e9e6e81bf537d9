import { toBytes } from '../../base/byte-path.ts';
import type { Config } from '../../oci/config.ts';
import { pathsIn } from '../paths.ts';
import type { Place } from '../place.ts';
import type { Fields } from '../shell/fields.ts';
import { readTrigger } from '../formats/dockerfile.ts';
import type { Task, Where } from './state.ts';

/** What the config says is started. */
export const rootTasks = ({ runtime }: Config): Task[] => {
  const where: Where = { folders: [homeOf(runtime)], searchIn: [], inputFiles: [] };
  const at = (member: string): Place => ({ file: undefined, member });
  const entrypoint = runtime.entrypoint.map(toBytes);
  const cmd = runtime.cmd.map(toBytes);
  const healthcheck = runtime.healthcheck.map(toBytes);
  const run = (words: Fields, member: string): Task[] =>
    words.length > 0 ? [{ step: { does: 'run', words }, place: at(member), where }] : [];
  return [
    ...(entrypoint.length > 0 ? run([...entrypoint, ...cmd], 'entrypoint') : []),
    // An entrypoint that starts what it is given, does not always say so in a way that can be read.
    ...(cmd[0]?.startsWith('-') ? [] : run(cmd, 'cmd')),
    ...healthCheck(healthcheck, runtime.shell.map(toBytes)).flatMap((words) =>
      run(words, 'healthcheck'),
    ),
    ...buildScripts(runtime).map((folder): Task => ({
      step: { does: 'run-all', paths: [`${folder}/*`] },
      place: at('label that names scripts'),
      where,
    })),
    ...runtime.onBuild.flatMap((trigger) =>
      readTrigger(toBytes(trigger), runtime.shell.map(toBytes)).map((words): Task => ({
        step: { does: 'run', words },
        place: at('trigger of ONBUILD'),
        where,
      })),
    ),
  ];
};

/** A command line that the user says is started. A shell is needed where more than words are in it. */
export const entryTask = (line: string, { runtime }: Config): Task => {
  const text = toBytes(line);
  const shell = runtime.shell.length > 0 ? runtime.shell.map(toBytes) : ['/bin/sh', '-c'];
  return {
    step: SHELL_SYNTAX.test(text)
      ? { does: 'run', words: [...shell, text] }
      : { does: 'shell', text },
    place: { file: undefined, option: entryOption(line) },
    where: { folders: [homeOf(runtime)], searchIn: [], inputFiles: [] },
  };
};

/** How places name a command line of the user. */
export const entryOption = (line: string): string => `--entry ${toBytes(line)}`;

const SHELL_SYNTAX = /[;&|<>$`(){}*?~\n]|^\s*\S+=/;

/**
 * Where images that build others have their scripts: `image:///usr/libexec/s2i`. What they build inherits the label,
 * but not the command, which explains how to build.
 */
const buildScripts = ({ labels, cmd }: Config['runtime']): string[] =>
  !/\busage$/.test(cmd[0] ?? '')
    ? []
    : Object.entries(labels).flatMap(([name, value]) =>
        /^io\.(openshift\.)?s2i\.scripts-url$/.test(name) ? pathsIn(toBytes(value)) : [],
      );

export const homeOf = ({ workingDir }: Config['runtime']): string =>
  `/${toBytes(workingDir).replace(/^\/+/, '')}`;

/** One word with blanks is a line for the shell; so it was written, too. */
const healthCheck = (words: Fields, shell: Fields): Fields[] => {
  const [first = ''] = words;
  if (words.length !== 1 || !/[\s;&|<>$]/.test(first)) return [words];
  return [[...(shell.length > 0 ? shell : ['/bin/sh', '-c']), first]];
};
