import { secretMessages } from '../report/secret-messages.ts';
import type { SlimmedImage } from './slim-image.ts';
import { notesOnStaleMetadata } from './stale-metadata.ts';

/** What a user should know: what could not be found out, what no longer fits, and in dry runs why the real run would fail. */
export const notesOn = ({
  image,
  judgement: { facts, inventory, notes },
  transformed,
  secrets,
  written,
}: SlimmedImage): string[] => [
  ...notesOnSecrets(secrets),
  ...facts.notes,
  ...notes,
  ...facts.packages.unread.map((path) => `packages in ${path} are not read: none is taken out`),
  ...transformed.notes,
  ...notesOnStaleMetadata(image, written),
  ...(!written && inventory.refusal ? [inventory.refusal.message] : []),
];

const notesOnSecrets = (secrets: SlimmedImage['secrets']): string[] => {
  const messages = secretMessages(secrets);
  const more = messages.length - MAX_SECRETS;
  return [
    ...messages.slice(0, MAX_SECRETS),
    ...(more > 0 ? [`${more} more secrets that the source hides badly`] : []),
  ];
};

const MAX_SECRETS = 10;
