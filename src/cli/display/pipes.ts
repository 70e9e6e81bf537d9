import { ReslimError } from '../../base/errors.ts';

/** Whether a name means stdin or stdout. */
export const isPipe = (name: string): boolean => /^(?:(?:oci|docker)-archive:)?-(?::|$)/.test(name);

export interface Pipes {
  readonly source: string;
  /** None where nothing is written. */
  readonly targets?: readonly string[] | undefined;
  /** Options whose results go to stdout. */
  readonly onStdout?: readonly string[] | undefined;
}

/** Refuses archives that would come from a terminal, go to one, or mix with other results. */
export const checkPipes = ({ source, targets = [], onStdout = [] }: Pipes): void => {
  const toPipe = targets.some(isPipe);
  const [first, second] = [...onStdout, ...(toPipe ? ['the archive'] : [])];
  if (second !== undefined) {
    throw new ReslimError('usage', `${first} and ${second} cannot both go to stdout`, {
      hint: 'write one to a file: --report FILE, -o FILE.tar',
    });
  }
  if (targets.filter(isPipe).length > 1) {
    throw new ReslimError('usage', 'only one archive can go to stdout', {
      hint: 'name a file with -o',
    });
  }
  if (isPipe(source) && process.stdin.isTTY) {
    throw new ReslimError('usage', 'stdin is a terminal, no archive', {
      hint: 'pipe one in: docker save NAME | reslim - -o TARGET',
    });
  }
  if (toPipe && process.stdout.isTTY) {
    throw new ReslimError('usage', 'an archive is nothing for a terminal', {
      hint: 'redirect stdout to a file or a pipe, or name a file with -o',
    });
  }
};

/** Refuses two images that would both be read from stdin. */
export const refuseTwoPipes = (one: string, other: string): void => {
  if (isPipe(one) && isPipe(other))
    throw new ReslimError('usage', 'only one of the images can come from stdin', {
      hint: 'name a file for the other one',
    });
};
