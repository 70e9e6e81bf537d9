import type { BytePath } from '../base/byte-path.ts';

/**
 * Whether a file of a package is about it and no part of it: text for people (documentation, manuals, messages in other
 * languages, completions of its command lines, licences) and for those who check packages or report bugs. None of it does
 * anything where the rest of the package is gone, so it does not make a package installed. Other texts of a package may be
 * all there is of it: licences that others refer to (`common-licenses`), certificates, time zones, names of locales.
 */
export const isDocumentation = (path: BytePath): boolean =>
  DOCUMENTATION.some((pattern) => pattern.test(path));

/** Messages in one language. */
export const isMessages = (path: BytePath): boolean => MESSAGES.test(path);

const MESSAGES = /^usr\/(local\/)?share\/locale(-langpack)?\/[^/]+\/LC_\w+\//;

const DOCUMENTATION = [
  MESSAGES,
  /^usr\/(local\/)?share\/(doc|doc-base|gtk-doc|man|info|help|gnome\/help|omf|licenses)\//,
  /^usr\/(local\/)?share\/bash-completion\/completions\//,
  /^usr\/(local\/)?share\/fish\/(completions|vendor_completions\.d)\//,
  /^usr\/(local\/)?share\/zsh\/(vendor-completions|site-functions)\/_/,
  /^etc\/bash_completion\.d\//,
  /^usr\/share\/(lintian|linda|bug|apport|metainfo|appdata)\//,
];
