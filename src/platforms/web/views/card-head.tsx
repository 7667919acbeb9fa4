/** The head of a card: its title (`id` names the card) and the way to all of it. `more.id` keeps the focus over a swap. */
export function CardHead(props: {
  id: string
  title: string
  more: { id: string; href: string; text: string }
}) {
  const { id, title, more } = props
  return (
    <div class="card-head">
      <h2 id={id}>{title}</h2>
      <a id={more.id} class="more" href={more.href}>
        {more.text}
      </a>
    </div>
  )
}
