"""``python -m zalo.sandbox``: start the simulated Zalo on this machine."""

import argparse
import asyncio
import sys
from pathlib import Path

from .remote import Simulated
from .server import NotLoopback, Options, serve


def read_arguments(arguments: list[str] | None = None) -> Options:
    parser = argparse.ArgumentParser(prog="zalo.sandbox", description="Zalo mô phỏng để tập dượt và kiểm thử.")
    parser.add_argument("--host", default="127.0.0.1", help="chỉ nhận địa chỉ của chính máy này")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument(
        "--control-port", type=int, default=0, help="cổng điều khiển riêng, vẫn mở khi Zalo từ chối kết nối"
    )
    parser.add_argument("--portal", default="http://127.0.0.1:8000", help="địa chỉ cổng nhận webhook")
    parser.add_argument("--state", type=Path, default=None, help="tệp SQLite giữ trạng thái; bỏ trống: trong bộ nhớ")
    parser.add_argument("--seed", type=int, default=1, help="mầm của mã người dùng, mã tin và khóa")
    parser.add_argument("--fast", action="store_true", help="chỉ trong bộ nhớ, trả lời sau đúng 20 ms, để đo tốc độ")
    return Options(**vars(parser.parse_args(arguments)))


def main() -> int:
    options = read_arguments()

    def ready(state: Simulated) -> None:
        print(f"Zalo mô phỏng: {state.base_url} – điện thoại: {state.base_url}/phone/", flush=True)

    try:
        asyncio.run(serve(options, ready))
    except (NotLoopback, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"Không mở được cổng {options.port}: {error.strerror or error}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
