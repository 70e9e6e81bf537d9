import type { VerifyResult } from '../api/verify.ts';
import { ReslimError } from '../base/errors.ts';
import { openExpansionBudget } from '../layer/read/expansion-budget.ts';
import type { ImageNode } from '../oci/image.ts';
import type { ImageSource } from '../oci/store.ts';
import { printable } from '../report/printable.ts';
import { readImage } from '../transport/read-image.ts';
import type { SessionSource } from './open-places.ts';
import type { Session } from './session.ts';
import type { ReadImage } from './verify-images.ts';

export interface VerifySlimRun {
  readonly source: SessionSource;
  /** Documents of the source. @default they are read */
  readonly root?: ImageNode | undefined;
  readonly session: Session;
}

/** Verifies what a slim has written before any target has it. */
export const verifyOutput = async (
  staged: ImageSource,
  run: VerifySlimRun,
): Promise<VerifyResult> => {
  const { limits, signal } = run.session;
  return verifySlim({ source: staged, root: await readImage(staged, { limits, signal }) }, run);
};

/** Holds the result of a slim against its source. Throws `policy` where it differs; listeners have heard of it then. */
export const verifySlim = async (
  slim: ReadImage,
  { source, root, session }: VerifySlimRun,
): Promise<VerifyResult> => {
  const { verifyImages } = await import('./verify-images.ts');
  session.onEvent({ type: 'stage', stage: 'verify' });
  // Its reading is a part of the verification, and unpacks the same files once more.
  const quiet = { ...session, onEvent: () => {}, expansion: openExpansionBudget(session.limits) };
  const original = { source, root: root ?? (await session.read(source)) };
  const result = await verifyImages(original, slim, quiet);
  session.onEvent({ type: 'verify', result });
  if (!result.passed) throw notAsOriginal(result);
  return result;
};

/** The first of the differences are the hint. */
const notAsOriginal = ({ images, onlySlim }: VerifyResult): ReslimError => {
  const failed = images.filter(({ passed }) => !passed);
  const count = failed
    .flatMap(({ checks }) => checks)
    .reduce((total, { different }) => total + different, 0);
  const what = count === 1 ? '1 difference' : `${count} differences`;
  const platforms = [...failed.map(({ platform }) => platform), ...onlySlim].join(', ');
  const shown = failed.flatMap(({ differences }) => differences).slice(0, 3);
  return new ReslimError(
    'policy',
    `the result is not as its source: ${what}, image for ${platforms}`,
    {
      hint: [
        ...shown.map(({ where, message }) => printable(`${where} ${message}`)),
        '--explain PATH says why a path went, --keep PATH keeps it',
      ].join('\n'),
    },
  );
};
