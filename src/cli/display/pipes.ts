import { ReslimError } from '../../base/errors.ts';

/** Whether a name means stdin or stdout. */
export const isPipe = (name: string | undefined): boolean =>
  name !== undefined && /^(?:(?:oci|docker)-archive:)?-(?::|$)/.test(name);

export interface Pipes {
  readonly source: string;
  /** Absent where nothing is written. */
  readonly target?: string | undefined;
  readonly json?: boolean | undefined;
}

/** Refuses archives that would come from a terminal, go to one, or mix with a report. */
export const checkPipes = ({ source, target, json }: Pipes): void => {
  if (json && isPipe(target)) {
    throw new ReslimError('usage', '--json and the archive cannot both go to stdout', {
      hint: 'write the report to a file with --report FILE',
    });
  }
  if (isPipe(source) && process.stdin.isTTY) {
    throw new ReslimError('usage', 'stdin is a terminal, no archive', {
      hint: 'pipe one in: docker save NAME | reslim - -o TARGET',
    });
  }
  if (isPipe(target) && process.stdout.isTTY) {
    throw new ReslimError('usage', 'an archive is nothing for a terminal', {
      hint: 'redirect stdout to a file or a pipe, or name a file with -o',
    });
  }
};
