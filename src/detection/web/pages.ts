/** What kind of page a request is for, told by its path. */

const asset =
  /\.(?:css|js|mjs|map|png|gif|jpe?g|jfif|ico|cur|svg|webp|avif|bmp|tiff?|woff2?|ttf|eot|otf|swf|mp3|mp4|ogg|webm|wav|m4a|wasm|webmanifest|json)$/i;

/** The path of a page or URL as it was sent, without query and fragment. */
export const pathOf = (page: string): string => /^[^?#;]*/.exec(page)![0];

/** Whether a path is part of a page: a person who opens one page loads dozens of them. */
export const isAsset = (path: string): boolean => asset.test(path);

/** Forms a person has to type into and no browser fills in: to sign up, to write to somebody. A page so named deep in a site is often a button. */
const toTypeInto =
  /^(?:https?:\/\/[^/]*)?(?:\/[\w-]+){0,2}\/(?:join|register|registration|sign[_-]?up|contact(?:[_-]us)?|guestbook|feedback|[\w-]*[_-]form)(?:\.\w+)?\/?$/i;
const signIn = /(?:log|sign)[_-]?(?:in|on)|auth|session/i;

export const isFormToTypeInto = (path: string): boolean => toTypeInto.test(path) && !signIn.test(path);
export const isSignInForm = (path: string): boolean => /(?:log|sign)[_-]?(?:in|on)\b|(?:log|sign)[_-]?(?:in|on)[_-]form/i.test(path);
