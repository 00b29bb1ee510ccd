/** @param {string} id @returns {any} the element of the page; it must be there */
export function byId(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element "${id}".`);
  return found;
}

/**
 * A new element. Text goes in as text, never as markup, so what other users write stays harmless.
 * @param {string} tag with classes: `li.job`
 * @param {Record<string, any>} [properties] `on…` are listeners, names with a dash or `role` attributes, others properties
 * @param {...(Node|string|null)} children
 * @returns {any}
 */
export function element(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const made = document.createElement(name);
  if (classes.length > 0) made.className = classes.join(' ');
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) made.addEventListener(key.slice(2), value);
    else if (key.includes('-') || key === 'role') made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}
