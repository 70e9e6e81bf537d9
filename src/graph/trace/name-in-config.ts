import { toBytes } from '../../base/byte-path.ts';
import { shellWords } from '../../ecosystems/shell-words.ts';
import type { Config } from '../../oci/config.ts';
import { pathsIn } from '../paths.ts';
import type { Place } from '../place.ts';
import { searchPath } from '../search-path.ts';
import { nameVariable, placeOfVariable } from './name-variable.ts';
import { homeOf } from './roots.ts';
import type { Trace } from './state.ts';

/**
 * Notes what the config names by itself: the working folder, volumes, paths in variables, and each word
 * of the command lines, whatever the program before it makes of it.
 */
export const nameInConfig = (trace: Trace): void => {
  const { finder, record, config } = trace;
  const { runtime } = config;
  const name = (path: string, member: string, whole = false): void => {
    const place: Place = { file: undefined, member };
    for (const found of finder.matching(path)) {
      record.need('reads', found, place, whole);
      if (!found.node.children)
        trace.enqueue({
          step: { does: 'look', node: found.node },
          place,
          where: { folders: [homeOf(runtime)], searchIn: [], inputFiles: [] },
        });
    }
  };
  for (const [member, words] of commandLines(runtime)) {
    const place: Place = { file: undefined, member };
    for (const line of words.map(toBytes)) {
      record.mention(line, place);
      for (const word of shellWords(line))
        for (const path of placesOf(word, config)) name(path, member);
    }
  }
  name(homeOf(runtime), 'working folder');
  for (const [label, value] of Object.entries(runtime.labels))
    for (const path of pathsIn(toBytes(value))) name(path, `label ${toBytes(label)}`);
  for (const volume of runtime.volumes) name(toBytes(volume), `volume ${toBytes(volume)}`, true);
  for (const pair of runtime.env.map(toBytes)) {
    const at = pair.indexOf('=');
    nameVariable(trace, pair.slice(at + 1), placeOfVariable(pair.slice(0, at)));
  }
};

const commandLines = ({
  entrypoint,
  cmd,
  healthcheck,
  onBuild,
}: Config['runtime']): readonly (readonly [member: string, words: readonly string[]])[] => [
  ['entrypoint', entrypoint],
  ['cmd', cmd],
  ['healthcheck', healthcheck],
  ['trigger of ONBUILD', onBuild],
];

const placesOf = (word: string, config: Config): string[] => {
  if (word.startsWith('/')) return [word];
  const inHome = `${homeOf(config.runtime)}/${word}`;
  if (word.includes('/')) return [inHome];
  return [inHome, ...searchPath(config).map((folder) => `${toBytes(folder)}/${word}`)];
};
