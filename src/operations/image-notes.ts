import { showPath } from '../base/byte-path.ts';
import type { SlimOptions } from '../api/options.ts';
import { globNotes } from '../report/glob-notes.ts';
import { secretMessages } from '../report/secret-messages.ts';
import { ZSTD_NOTE } from './plain-layers.ts';
import type { SlimmedImage } from './slim-image.ts';
import type { SlimRun } from './slim-run.ts';
import { notesOnStaleMetadata } from './stale-metadata.ts';

/** What a user should know: what could not be found out, what no longer fits, and in dry runs why the real run would fail. */
export const notesOn = (
  {
    image,
    layers,
    judgement: { facts, inventory, notes },
    transformed,
    secrets,
    recorded,
    graph,
    plan: decided,
    written,
    base,
  }: SlimmedImage,
  { options, plan }: Pick<SlimRun, 'options' | 'plan'>,
): string[] => [
  ...notesOnSecrets(secrets),
  ...facts.notes,
  ...notes,
  ...facts.packages.unread.map((path) => `packages in ${path} are not read: none is taken out`),
  ...transformed.notes,
  ...globNotes({
    plan: decided,
    graph,
    packages: inventory.before,
    keep: options.keep ?? [],
    drop: options.drop ?? [],
  }),
  ...(plan.squash === 'base' && !base ? [NO_BASE] : []),
  ...notesOnTimes(recorded),
  ...(plan.zstdAs === 'gzip' && isAboutZstd(layers, options) ? [ZSTD_NOTE] : []),
  ...notesOnStaleMetadata(image, written),
  ...(!written && inventory.refusal ? [inventory.refusal.message] : []),
];

const NO_BASE = 'where the base ends cannot be told, so all layers are merged: name it with --base';

/** Of times that stay though the user asked for earlier ones, and why. */
const notesOnTimes = (recorded: SlimmedImage['recorded']): string[] => {
  const [first] = recorded;
  if (!first) return [];
  const [{ path }, by] = first;
  const which =
    recorded.size > 1 ? `${showPath(path)} and ${recorded.size - 1} more` : showPath(path);
  return [`times stay later than --timestamp where others go by them: ${which} (${by})`];
};
const isAboutZstd = (layers: SlimmedImage['layers'], { compression }: SlimOptions): boolean =>
  compression === 'zstd' ||
  compression === 'zstd:chunked' ||
  (compression === undefined && layers.some((layer) => layer.compression === 'zstd'));

const notesOnSecrets = (secrets: SlimmedImage['secrets']): string[] => {
  const messages = secretMessages(secrets);
  const more = messages.length - MAX_SECRETS;
  return [
    ...messages.slice(0, MAX_SECRETS),
    ...(more > 0 ? [`${more} more secrets that the source hides badly`] : []),
  ];
};

const MAX_SECRETS = 10;
