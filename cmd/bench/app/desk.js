// A list of items with quantities. Every change is sent to the API, and what it answers is shown. Only what changes is
// written to the page, as frameworks do, so that the app itself costs little beside the players.
const total = document.querySelector('#total'), changes = document.querySelector('#changes');
const search = document.querySelector('#search'), hits = document.querySelector('#hits');
const desk = location.pathname;
let rows = [], done = 0;

async function api(method, path, body) {
  const options = {method, headers: {'content-type': 'application/json'}, body: body && JSON.stringify(body)};
  return (await fetch(path, options)).json();
}

function makeRow(item) {
  const row = document.createElement('div');
  row.className = 'row';
  row.innerHTML = `<span>${item.name}</span><output>${item.count}</output>
    <button data-testid="add-${item.id}" aria-label="Add ${item.name}">+</button>
    <button data-testid="drop-${item.id}" aria-label="Drop ${item.name}">−</button>`;
  const [, count, add, drop] = row.children;
  const change = async (by) => {
    const answer = await api('POST', '/api/change', {desk, id: item.id, by});
    count.value = item.count += answer.by;
    charge(answer.price);
  };
  add.addEventListener('click', () => change(1));
  drop.addEventListener('click', () => change(-1));
  return {row, item};
}

function charge(price) {
  total.value = Number(total.value) + price;
  changes.value = ++done;
}

function filter() {
  let shown = 0;
  for (const {row, item} of rows) {
    row.hidden = !item.name.includes(search.value);
    if (!row.hidden) shown++;
  }
  hits.value = `${shown} items`;
}

search.addEventListener('input', filter);
search.addEventListener('keydown', async (e) => {
  if (e.key !== 'Enter') return;
  const answer = await api('GET', '/api/search?q=' + encodeURIComponent(search.value));
  search.value = '';
  filter();
  charge(answer.price);
});

api('GET', '/api/items').then((list) => {
  rows = list.map(makeRow);
  document.querySelector('main').replaceChildren(...rows.map(({row}) => row));
  filter();
});
