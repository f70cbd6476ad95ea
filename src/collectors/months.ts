const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** 1–12 for the English abbreviation that logs use, or null. */
export function monthOf(name: string): number | null {
  const index = months.indexOf(name);
  return index < 0 ? null : index + 1;
}

export const twoDigits = (value: number): string => String(value).padStart(2, '0');
