import { membersOf, pushedTag, type ReadNotification } from './pushed-tag.ts';

/** @see https://docs.docker.com/docker-hub/repos/manage/webhooks/ */
export const readDockerHub: ReadNotification = ({ push_data: data, repository }) =>
  data === undefined
    ? undefined
    : [pushedTag(membersOf(repository)['repo_name'], membersOf(data)['tag'])];
