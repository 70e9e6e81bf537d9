import fc from 'fast-check';
import { extract } from 'tar-stream';
import { member, tarOf } from '../support/raw-tar.ts';
import { applyLayers, BrokenStack, type Step, type StepType } from './naive-model.ts';

const NAMES = ['a', 'b', 'c', 'd', '.e', 'x.wh.y'];

/** Few names, so that layers meet; deep enough for folders in folders. */
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((parts) => parts.join('/'));

const spelling = fc.constantFrom(
  (plain: string) => plain,
  (plain: string) => plain,
  (plain: string) => plain,
  (plain: string) => `./${plain}`,
  (plain: string) => `/${plain}`,
  (plain: string) => plain.replaceAll('/', '//'),
  (plain: string) => plain.replaceAll('/', '/./'),
);

/** Mostly ways to other names of the layer, so that symlinks are followed; some climb or go in circles. */
const symlinkTarget = fc
  .tuple(
    fc.constantFrom('', '', '/', '/', '../', '../../../', './', 'a/../'),
    fc.oneof({ weight: 6, arbitrary: path }, { weight: 1, arbitrary: fc.constant('') }),
  )
  .map(([way, plain]) => `${way}${plain}` || '.');

const TAR_FLAG: Record<StepType, string> = {
  file: '0',
  link: '1',
  symlink: '2',
  directory: '5',
  fifo: '6',
};

const whiteoutOf = (plain: string, kind: 'one' | 'all' | 'aufs' | 'nothing' | 'below'): string => {
  const slash = plain.lastIndexOf('/') + 1;
  if (kind === 'all') return `${plain}/.wh..wh..opq`;
  if (kind === 'aufs') return `${plain.slice(0, slash)}.wh..wh.${plain.slice(slash)}`;
  if (kind === 'nothing') return `${plain.slice(0, slash)}.wh.`;
  if (kind === 'below') return `.wh.${plain}/a`;
  return `${plain.slice(0, slash)}.wh.${plain.slice(slash)}`;
};

const step: fc.Arbitrary<Step> = fc
  .record({
    plain: path,
    spell: spelling,
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constant<StepType>('file') },
      { weight: 5, arbitrary: fc.constant<StepType>('directory') },
      { weight: 4, arbitrary: fc.constant<StepType>('symlink') },
      { weight: 5, arbitrary: fc.constant<StepType>('link') },
      { weight: 1, arbitrary: fc.constant<StepType>('fifo') },
    ),
    whiteout: fc.oneof(
      { weight: 60, arbitrary: fc.constant(undefined) },
      { weight: 16, arbitrary: fc.constant('one' as const) },
      { weight: 8, arbitrary: fc.constant('all' as const) },
      { weight: 3, arbitrary: fc.constant('aufs' as const) },
      { weight: 1, arbitrary: fc.constantFrom('nothing' as const, 'below' as const) },
    ),
    body: fc.stringMatching(/^[a-z]{0,8}$/),
    target: path,
    leads: symlinkTarget,
    mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o1777, 0o600),
    mtime: fc.integer({ min: 1, max: 99 }),
  })
  .map(({ plain, spell, type, whiteout, body, target, leads, mode, mtime }) => {
    if (whiteout) {
      const hidden = whiteoutOf(plain, whiteout);
      return { path: spell(hidden), type: 'file', body: '', target: '', mode, mtime };
    }
    const linked = type === 'link' ? spell(target) : type === 'symlink' ? leads : '';
    const content = type === 'file' ? body : '';
    return { path: spell(plain), type, body: content, target: linked, mode, mtime };
  });

const root = fc
  .record({ path: fc.constantFrom('./', '.', '/'), mode: fc.constantFrom(0o755, 0o700) })
  .map((each): Step => ({ ...each, type: 'directory', body: '', target: '', mtime: 5 }));

const layer = fc
  .tuple(fc.option(root, { freq: 8 }), fc.array(step, { maxLength: 9 }))
  .map(([first, rest]) => (first ? [first, ...rest] : rest));

/** Layers, base first. Many make sense, some do not. */
export const stack: fc.Arbitrary<Step[][]> = fc.array(layer, { minLength: 1, maxLength: 4 });

/** Leaves out what no runtime unpacks, such as hard links without a file behind them yet. */
export const repaired = (layers: readonly (readonly Step[])[]): Step[][] => {
  const kept: Step[][] = [];
  for (const steps of layers) {
    const fine: Step[] = [];
    kept.push(fine);
    for (const each of steps) {
      fine.push(each);
      if (!canBeUnpacked(kept)) fine.pop();
    }
  }
  return kept;
};

const canBeUnpacked = (layers: readonly (readonly Step[])[]): boolean => {
  try {
    applyLayers(layers);
    return true;
  } catch (error) {
    if (error instanceof BrokenStack) return false;
    throw error;
  }
};

/** The layer as a plain tar. */
export const tarOfSteps = (steps: readonly Step[]): Buffer =>
  tarOf(
    ...steps.map(({ path: name, type, body, target, mode, mtime }) =>
      member(
        {
          name: type === 'directory' && !name.endsWith('/') ? `${name}/` : name,
          flag: TAR_FLAG[type],
          linkName: target,
          mode: `${mode.toString(8).padStart(7, '0')}\0`,
          mtime,
        },
        body,
      ),
    ),
  );

/** Reads a tar back, with tar-stream. */
export const stepsOfTar = async (tar: Buffer): Promise<Step[]> => {
  const steps: Step[] = [];
  const reader = extract();
  reader.end(tar);
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, linkname, mode, mtime } = entry.header;
    steps.push({
      path: name,
      type: type as StepType,
      body: Buffer.concat(chunks).toString(),
      target: linkname ?? '',
      mode: mode ?? 0,
      mtime: Math.floor(mtime.getTime() / 1000),
    });
  }
  return steps;
};
