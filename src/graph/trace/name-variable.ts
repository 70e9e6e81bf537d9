import type { Place } from '../place.ts';
import { isLiteral } from '../word.ts';
import { homeOf } from './roots.ts';
import type { Trace } from './state.ts';

/** Where it is written that a variable has a value, so that its name is known. */
export const placeOfVariable = (variable: string, file?: Place['file']): Place => ({
  file,
  member: `variable ${variable}`,
});

/** The variable whose value stands at a place. */
export const variableAt = ({ member = '' }: Place): string | undefined =>
  /^variable (.*)$/.exec(member)?.[1];

/** Notes what the value of a variable names: whole paths in it, or all of it, seen from the working folder. */
export const nameVariable = (trace: Trace, value: string, place: Place): void => {
  const { finder, record, config } = trace;
  const home = homeOf(config.runtime);
  const paths = value.split(/[:;,\s]/).filter((path) => /^\/[^/]/.test(path) && isLiteral(path));
  if (RELATIVE.test(value)) paths.push(`${home}/${value}`);
  for (const path of paths)
    for (const found of finder.matching(path)) {
      record.need('reads', found, place);
      if (!found.node.children)
        trace.enqueue({
          step: { does: 'look', node: found.node },
          place,
          where: { folders: [home], searchIn: [], inputFiles: [] },
        });
    }
};

const RELATIVE = /^[\w@+.-]+(\/[\w@+.-]+)*\/?$/;
