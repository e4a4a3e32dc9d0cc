"""The Redis cache, forgiving: the portal answers without its cache when Redis is away."""

import logging
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

logger = logging.getLogger(__name__)
_AWAY = (RedisConnectionError, RedisTimeoutError, OSError)


class ForgivingRedisCache(RedisCache):
    """A cache that reads as empty and writes into the void while Redis cannot be reached.

    It holds only what may be lost (counters of the sign-in rate limits), so an answer without it beats no answer.
    Each miss is logged, so that an operator sees it.
    """

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, super().get, key, default=default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> None:
        self._or(None, super().set, key, value, timeout=timeout, version=version)

    def add(self, key: Any, value: Any, timeout: Any = 300, version: int | None = None) -> bool:
        return self._or(True, super().add, key, value, timeout=timeout, version=version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._or(False, super().delete, key, version=version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._or(delta, super().incr, key, delta, version=version)

    @staticmethod
    def _or(instead: Any, call: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return call(*args, **kwargs)
        except _AWAY as error:
            logger.warning("cache away, answered without it: %s", error)
            return instead
