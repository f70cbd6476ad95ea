/** What a page is, told by how it is addressed. */

const asset =
  /\.(?:css|js|mjs|map|png|gif|jpe?g|jfif|ico|cur|svg|webp|avif|bmp|tiff?|woff2?|ttf|eot|otf|swf|mp3|mp4|ogg|webm|wav|m4a|wasm|webmanifest|json)$/i;

/** A page or URL without query and fragment. */
export const pathOf = (page: string): string => /^[^?#;]*/.exec(page)![0];

/** Whether it is a part of a page: a browser fetches dozens for one page that a person opens. */
export const isAsset = (page: string | null): boolean => page !== null && asset.test(pathOf(page));

/** Forms a person types into and browsers do not fill in: to sign up, to write to somebody. Deeper in a site the same name is often a button. */
const typedInto =
  /^(?:https?:\/\/[^/]*)?(?:\/[\w-]+){0,2}\/(?:join|register|registration|sign[_-]?up|contact(?:[_-]us)?|guestbook|feedback|[\w-]{1,40}[_-]form)(?:\.\w+)?\/?$/i;
const signIn = /(?:log|sign)[_-]?(?:in|on)(?:\b|[_-]form)/i;

export const isSignInForm = (path: string): boolean => signIn.test(path);
export const isTypedInto = (path: string): boolean => typedInto.test(path) && !signIn.test(path);
