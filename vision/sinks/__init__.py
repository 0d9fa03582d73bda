"""Who is told of events: HTTP receivers, chat robots, MQTT brokers."""

from vision.sinks.audience import Audiences
from vision.sinks.courier import Courier, DeliveryPolicy
from vision.sinks.webhook import WebhookReceiver

__all__ = ["Audiences", "Courier", "DeliveryPolicy", "WebhookReceiver"]
