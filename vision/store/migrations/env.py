"""Runs the migrations on the connection that :mod:`vision.store.migrate` hands over."""

from alembic import context

from vision.store.schema import Base


def run() -> None:
    """Apply the migrations inside the caller's transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=Base.metadata,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
