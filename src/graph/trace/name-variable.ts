import { pathsIn } from '../paths.ts';
import type { Place } from '../place.ts';
import { ECOSYSTEMS } from '../../ecosystems/known-ecosystems.ts';
import { BUILTINS } from '../shell/run-builtin.ts';
import { isLiteral, STAR } from '../word.ts';
import { programsNamed } from './name-files.ts';
import { modulesNamedBy } from './name-modules.ts';
import { homeOf } from './roots.ts';
import type { Trace, Where } from './state.ts';

/** Where it is written that a variable has a value, so that its name is known. */
export const placeOfVariable = (variable: string, file?: Place['file']): Place => ({
  file,
  member: `variable ${variable}`,
});

/** The variable whose value stands at a place. */
export const variableAt = ({ member = '' }: Place): string | undefined =>
  /^variable (.*)$/.exec(member)?.[1];

/**
 * Notes what the value of a variable names: whole paths in it, or all of it, seen from the working folder.
 * Options for a program, such as `--require FILE` in NODE_OPTIONS, are read as its command line.
 */
export const nameVariable = (trace: Trace, value: string, place: Place): void => {
  const { finder, record, config } = trace;
  const home = homeOf(config.runtime);
  const variable = variableAt(place) ?? '';
  const paths = pathsIn(value).filter(isLiteral);
  if (RELATIVE.test(value)) paths.push(`${home}/${value}`);
  const where: Where = { folders: [home], searchIn: [], inputFiles: [] };
  if (variable === 'TZ') paths.push(`/usr/share/zoneinfo/${value.replace(/^:/, '')}`);
  for (const path of paths)
    // A class path ends in a star.
    for (const found of finder.matching(path.replace(/\*$/, STAR))) {
      record.need('reads', found, place, /^(PYTHON)?TZ(DIR|PATH)$/.test(variable));
      for (const module of modulesNamedBy(variable, found)) record.need('loads', module, place);
      if (!found.node.children)
        trace.enqueue({ step: { does: 'look', node: found.node }, place, where });
    }
  // `TOOL=jq`: who reads it starts that, as a rule.
  const [first = ''] = value.split(/\s/, 1);
  if (!place.file && /^[a-z][\w.+-]{1,60}$/.test(first) && !BUILTINS.has(first))
    for (const found of programsNamed(trace, first, where)) record.need('starts', found, place);
  const program = OPTION_VARIABLES.get(variable);
  const options = value.split(/\s+/).filter((word) => word !== '');
  if (program !== undefined && options.length > 0)
    trace.enqueue({ step: { does: 'run', words: [program, ...options] }, place, where });
};

const OPTION_VARIABLES: ReadonlyMap<string, string> = new Map(
  ECOSYSTEMS.flatMap(({ optionVariables = {} }) => Object.entries(optionVariables)),
);

const RELATIVE = /^[\w@+.-]+(\/[\w@+.-]+)*\/?$/;
