import type { SlimmedImage } from './slim-image.ts';

/** What the facts had to leave open, and in dry runs what the real run would refuse. */
export const notesOn = ({
  judgement: { facts, inventory },
  transformed,
  secrets,
  written,
}: SlimmedImage): string[] => [
  ...notesOnSecrets(secrets),
  ...facts.notes,
  ...facts.packages.unread.map((path) => `packages in ${path} are not read: none is taken out`),
  ...transformed.notes,
  ...(!written && inventory.refusal ? [inventory.refusal.message] : []),
];

const notesOnSecrets = (secrets: SlimmedImage['secrets']): string[] => {
  const shown = secrets.slice(0, MAX_SECRETS);
  const more = secrets.length - shown.length;
  return [
    ...shown.map(({ severity, message }) => `${severity} severity: ${message}`),
    ...(more > 0 ? [`${more} more secrets that the source hides badly`] : []),
  ];
};

const MAX_SECRETS = 10;
