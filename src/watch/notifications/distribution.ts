import { membersOf, pushedTag, type ReadNotification } from './pushed-tag.ts';

/**
 * CNCF Distribution tells of blobs and manifests without a tag, too.
 * @see https://distribution.github.io/distribution/about/notifications/
 */
export const readDistribution: ReadNotification = ({ events }) =>
  Array.isArray(events)
    ? events.map((event) => {
        const { action, target } = membersOf(event);
        const { repository, tag } = membersOf(target);
        return action === 'push' ? pushedTag(repository, tag) : undefined;
      })
    : undefined;
