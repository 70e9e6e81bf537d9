import { toBytes } from '../../base/byte-path.ts';
import type { Config } from '../../oci/config.ts';
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
    ...runtime.onBuild.flatMap((trigger) =>
      readTrigger(toBytes(trigger), runtime.shell.map(toBytes)).map((words): Task => ({
        step: { does: 'run', words },
        place: at('trigger of ONBUILD'),
        where,
      })),
    ),
  ];
};

export const homeOf = ({ workingDir }: Config['runtime']): string =>
  `/${toBytes(workingDir).replace(/^\/+/, '')}`;

/** One word with blanks is a line for the shell; so it was written, too. */
const healthCheck = (words: Fields, shell: Fields): Fields[] => {
  const [first = ''] = words;
  if (words.length !== 1 || !/[\s;&|<>$]/.test(first)) return [words];
  return [[...(shell.length > 0 ? shell : ['/bin/sh', '-c']), first]];
};
