import { workflowCommand } from '../../report/ci/github.ts';
import { sectionEnd, sectionStart } from '../../report/ci/gitlab.ts';
import type { Environment } from '../../base/home-folder.ts';
import type { CI_CHOICES } from '../../api/vocabulary.ts';

/** A CI service that understands more than plain lines. */
export type CiService = 'github' | 'gitlab';

/** The service that `--ci` names, or that the environment gives away. */
export const ciService = (
  choice: (typeof CI_CHOICES)[number] = 'auto',
  env: Environment = process.env,
): CiService | undefined => {
  if (choice !== 'auto') return choice === 'none' ? undefined : choice;
  if (env['GITHUB_ACTIONS'] === 'true') return 'github';
  return env['GITLAB_CI'] === 'true' ? 'gitlab' : undefined;
};

/** The lines around those of the progress: the log shows them folded. */
export interface Fold {
  readonly open: string;
  readonly close: () => string;
}

export const foldOf = (service: CiService): Fold =>
  service === 'github'
    ? { open: workflowCommand('group', [TITLE]), close: () => workflowCommand('endgroup') }
    : { open: sectionStart(NAME, TITLE, now()), close: () => sectionEnd(NAME, now()) };

const TITLE = 'reslim: progress';
const NAME = 'reslim_progress';

const now = (): number => Math.floor(Date.now() / 1000);
