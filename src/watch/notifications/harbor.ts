import {
  itemsOf,
  membersOf,
  pushedTag,
  type Members,
  type ReadNotification,
} from './pushed-tag.ts';

/** @see https://goharbor.io/docs/2.14.0/working-with-projects/project-configuration/configure-webhooks/ */
export const readHarbor: ReadNotification = ({ type, event_data: data }) => {
  if (typeof type !== 'string' || data === undefined) return undefined;
  return type === 'PUSH_ARTIFACT' ? resourcesOf(membersOf(data)) : [];
};

/** The same data in the envelope of https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md. */
export const readHarborCloudEvent: ReadNotification = ({ specversion, type, data }) => {
  if (typeof specversion !== 'string' || typeof type !== 'string') return undefined;
  return type === 'harbor.artifact.pushed' ? resourcesOf(membersOf(data)) : [];
};

const resourcesOf = ({ resources, repository }: Members) => {
  const { repo_full_name: name } = membersOf(repository);
  return itemsOf(resources).map((resource) => pushedTag(name, membersOf(resource)['tag']));
};
