/** Whether PostgreSQL can keep a text as it is: NUL it refuses, half of a surrogate pair has no UTF-8. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();
