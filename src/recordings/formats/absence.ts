/** Whether a call that failed in this way found nothing. Others were refused something that is there. */
export const isAbsence = (error: string): boolean => ABSENT.has(error);

const ABSENT: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'ELOOP',
  'EFAULT',
]);
