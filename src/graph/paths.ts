/** A path relative to a folder made absolute, without `.` and `..`. Symlinks are for those who have a tree. */
export const joinPath = (folder: string, path: string): string => {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
};

/** Whole paths: `/a:/b`, `-Dseed=/a`, `sqlite:////a.db?mode=ro`. */
export const pathsIn = (text: string): string[] =>
  text
    .split(/[:;,=?#"'\s]/)
    .flatMap((part) => (/^\/+[^/]/.test(part) ? part.replace(/^\/+/, '/') : []));
