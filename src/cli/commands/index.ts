import type { Command } from '../command.ts';
import { advise } from './advise.ts';
import { cache } from './cache.ts';
import { check } from './check.ts';
import { completion } from './completion.ts';
import { copy } from './copy.ts';
import { deleteCommand } from './delete.ts';
import { diff } from './diff.ts';
import { explore } from './explore.ts';
import { exporter } from './exporter.ts';
import { help } from './help.ts';
import { imageIndex } from './image-index.ts';
import { inspect } from './inspect.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { mirror } from './mirror.ts';
import { profiles } from './profiles.ts';
import { rebase } from './rebase.ts';
import { slim } from './slim.ts';
import { trace } from './trace.ts';
import { tags } from './tags.ts';
import { trend } from './trend.ts';
import { validate } from './validate.ts';
import { verify } from './verify.ts';
import { version } from './version.ts';
import { worker } from './worker.ts';

/** The command line: `slim` when no command is named, else one of these, in the order of help. */
export const ROOT: Command = {
  ...slim,
  name: 'reslim',
  summary: 'Makes a container image smaller: merges its layers, removes what is not needed.',
  commands: [
    slim,
    copy,
    inspect,
    explore,
    check,
    diff,
    verify,
    trace,
    advise,
    validate,
    rebase,
    imageIndex,
    tags,
    deleteCommand,
    trend,
    exporter,
    mirror,
    worker,
    login,
    logout,
    profiles,
    cache,
    completion,
    help,
    version,
  ],
};
