/**
 * The text of a Perl source with documentation and comments on lines of their own blanked. Positions stay.
 * @see https://perldoc.perl.org/perlpod
 */
export const withoutPod = (text: string): string =>
  text.replaceAll(/^=[a-zA-Z][^]*?(?:^=cut\b.*$|(?![^]))|^[ \t]*#.*$/gm, (prose) =>
    prose.replaceAll(/[^\n]/g, ' '),
  );
