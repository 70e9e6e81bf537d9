import { readDistribution } from './distribution.ts';
import { readDockerHub } from './docker-hub.ts';
import { readHarbor, readHarborCloudEvent } from './harbor.ts';
import { membersOf, type PushedTag } from './pushed-tag.ts';

const KINDS = [readDistribution, readHarborCloudEvent, readHarbor, readDockerHub];

/** Tags of one notification that are taken. Registries send one event, or a few. */
const MAX_TAGS = 1000;

/**
 * The tags that a notification of a registry says were pushed, each once; none where it is of something else. `undefined`
 * where it is no notification that is known.
 */
export const readNotification = (body: string): readonly PushedTag[] | undefined => {
  const document = membersOf(parse(body));
  for (const read of KINDS) {
    const found = read(document);
    if (found) return distinct(found.filter((each) => each !== undefined)).slice(0, MAX_TAGS);
  }
  return undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const distinct = (tags: readonly PushedTag[]): PushedTag[] => [
  ...new Map(tags.map((each) => [`${each.repository}:${each.tag}`, each])).values(),
];
