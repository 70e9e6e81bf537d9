import { useEffect, useState } from 'preact/hooks';

/** A value some time after it stopped changing: a search of 100,000 files need not run for each letter. */
export const useDeferred = <Value>(value: Value, milliseconds: number = 120): Value => {
  const [deferred, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return deferred;
};
